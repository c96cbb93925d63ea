import { resolve } from 'node:path';
import { HOST_NAMES, type Isolation } from '../../../model/isolation.ts';
import { type Canvas, createCanvas, labelled } from '../../../report/lines/canvas.ts';
import { pad } from '../../../report/text.ts';
import { startGuardian } from '../../../supervisor/guardian.ts';
import { chooseHost } from '../../../supervisor/hosts/choose.ts';
import type { Context } from '../../context.ts';
import { validateFlags } from '../../flags/settings.ts';
import { EXIT } from '../../outcome/exit-code.ts';
import { colorOf, widthOf } from '../../terminal/terminal.ts';

/** Tries every host and prints what this machine offers. Promises the exit code. */
export async function runDoctor(options: Readonly<Record<string, unknown>>, { terminal, color }: Context): Promise<number> {
  const { stdout, cwd, env } = terminal;
  const flags = validateFlags(options, []);
  const guardian = startGuardian(`doctor-${process.pid}`);
  try {
    const { host, isolation } = await chooseHost(null, {
      cwd: resolve(cwd, flags.app?.cwd ?? '.'),
      volumes: (flags.volumes ?? []).map((path) => resolve(cwd, path)),
      shared: [],
      named: [],
      env,
      guard: guardian.keep,
    });
    await host.close();
    const canvas = createCanvas({ width: widthOf(stdout), color: colorOf(stdout, terminal, color()) });
    stdout.write(`${hostLines(canvas, isolation).join('\n')}\n`);
    return isolation.host === HOST_NAMES[0] ? EXIT.ok : EXIT.none;
  } finally {
    await guardian.close();
  }
}

function hostLines(canvas: Canvas, { host, tried, open, volumes, refused }: Isolation): string[] {
  const { colors } = canvas;
  const lines = HOST_NAMES.flatMap((name) => {
    const why = refused.find((one) => one.host === name);
    if (why !== undefined)
      return [
        ...labelled(canvas, name, why.reason, { indent: 2, gap: 10, paint: colors.yellow }),
        ...labelled(canvas, 'mend', why.mend, { indent: 12, gap: 6 }),
      ];
    const apart = name === 'plain' ? 'works; keeps nothing apart' : `works; kept apart: ${tried.join(', ')}`;
    return [
      ...labelled(canvas, name, name === host || name === 'plain' ? apart : 'works', { indent: 2, gap: 10 }),
      ...(name === host && name !== 'plain' && open.length > 0
        ? labelled(canvas, 'open', open.join(', '), { indent: 12, gap: 6 })
        : []),
    ];
  });
  return [
    colors.bold('Hosts, the best first'),
    ...lines,
    ...(volumes.length === 0 ? [] : [`shared and kept: ${volumes.join(', ')}`]),
    `${pad('check uses', 11)} ${colors.bold(host)}`,
  ];
}
