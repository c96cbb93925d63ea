import { Agent, type ClientRequest, request as openRequest } from 'node:http';
import { PatientSocket } from './patient-socket.ts';
import type { Target } from './policies.ts';

/** Header sections may be larger than Node's default of 16 KB: apps with many cookies are common. */
export const MAX_HEADER_BYTES = 64 * 1024;
/** Idle pooled connections are dropped before the 5 s after which many servers close them under our feet. */
const POOL_IDLE_MS = 4000;

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  /** Never share this connection with another request. */
  readonly fresh: boolean;
}

/** The router's side towards the apps. */
export interface Upstreams {
  /** Host and port of a target as a `Host` field names them. */
  hostOf(target: Target): string;
  /** Sends the header section as soon as a connection stands; the body is the caller's. Sent once, never again. */
  open(target: Target, request: UpstreamRequest): ClientRequest;
  /** Ends idle pooled connections. */
  close(): void;
}

/** A source of upstream requests: over a connection of their own, or over pooled ones. */
export function createUpstreams(): Upstreams {
  const pool = new Agent({ keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo', timeout: POOL_IDLE_MS });
  pool.createConnection = ({ host, port }) => connectTo(host ?? '', Number(port));
  const addresses = new WeakMap<Target, Address>();
  const addressOf = (target: Target): Address => {
    let address = addresses.get(target);
    if (address === undefined) {
      address = parseOrigin(target.origin);
      addresses.set(target, address);
    }
    return address;
  };
  return {
    hostOf: (target) => addressOf(target).authority,
    open(target, { method, path, headers, fresh }) {
      const { host, port } = addressOf(target);
      const common = { host, port, method, path, headers, maxHeaderSize: MAX_HEADER_BYTES, setHost: false };
      return fresh
        ? openRequest({ ...common, createConnection: () => target.connection ?? connectTo(host, port) })
        : openRequest({ ...common, agent: pool });
    },
    close: () => pool.destroy(),
  };
}

/** Opens a connection to an app. */
export function connectTo(host: string, port: number): PatientSocket {
  return new PatientSocket().setNoDelay(true).connect(port, host);
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly authority: string;
}

function parseOrigin(origin: string): Address {
  const url = new URL(origin);
  if (url.protocol !== 'http:') throw new TypeError(`A target's origin must be http, not ${origin}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80), authority: url.host };
}
