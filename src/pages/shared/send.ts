/** Does a command; what goes wrong is shown. */
export type Act = (command: object) => void;

/** Asks for something to be done. Promises what went wrong; `null`: nothing did. */
export async function send(command: object): Promise<string | null> {
  try {
    const reply = await fetch('/command', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    return reply.ok ? null : (await reply.text()).trim();
  } catch {
    return 'share-nothing does not answer: has it ended?';
  }
}
