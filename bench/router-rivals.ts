import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';

/** A running proxy, or the app itself. */
export interface Contestant {
  readonly name: string;
  readonly origin: string;
  /** CPU time used so far in microseconds; `null` where it cannot be asked. */
  cpu(): Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a Node contestant in a process of its own. */
export async function startNode(role: string, upstream = ''): Promise<Contestant> {
  const script = fileURLToPath(new URL('router-contestant.ts', import.meta.url));
  const profile = process.env.PROFILE === role ? ['--cpu-prof', `--cpu-prof-dir=${tmpdir()}`] : [];
  const child = spawn(process.execPath, [...profile, '--import', 'jiti/register', script, role, upstream], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [port] = (await once(lines, 'line')) as [string];
  const cpu = async () => {
    child.send('cpu');
    const [used] = (await once(child, 'message')) as [NodeJS.CpuUsage];
    return used.user + used.system;
  };
  const stop = async () => {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  };
  return { name: role, origin: `http://127.0.0.1:${port}`, cpu, stop };
}

/** Starts nginx with one worker in front of processes; `null` when it is not installed. */
export async function startNginx(upstreams: readonly string[]): Promise<Contestant | null> {
  const port = await getPort();
  const config = (folder: string) => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream app { ${upstreams.map((upstream) => `server ${new URL(upstream).host};`).join(' ')} keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port}; keepalive_requests 1000000;
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
      proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}`;
  return startInstalled('nginx', port, config, (folder) => ['-p', folder, '-e', 'stderr', '-c', `${folder}/config`], 'SIGQUIT');
}

/** Starts haproxy with one thread in front of processes; `null` when it is not installed. */
export async function startHaproxy(upstreams: readonly string[]): Promise<Contestant | null> {
  const port = await getPort();
  const config = () => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:${port}
  default_backend app
backend app
  option forwardfor
${upstreams.map((upstream, index) => `  server app${index} ${new URL(upstream).host}`).join('\n')}
`;
  return startInstalled('haproxy', port, config, (folder) => ['-db', '-q', '-f', `${folder}/config`], 'SIGTERM');
}

async function startInstalled(
  name: string,
  port: number,
  config: (folder: string) => string,
  args: (folder: string) => string[],
  ending: NodeJS.Signals,
): Promise<Contestant | null> {
  try {
    execFileSync(name, ['-v'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  writeFileSync(`${folder}/config`, config(folder));
  const child = spawn(name, args(folder), { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(ending);
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  if (await accepts(port, child)) return { name, origin: `http://127.0.0.1:${port}`, cpu: async () => null, stop };
  await stop();
  return null;
}

async function accepts(port: number, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return true;
    await pause(50);
  }
  return false;
}
