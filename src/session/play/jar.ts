import { Cookie, CookieJar } from 'tough-cookie';

/** The cookies of one visitor. */
export interface Jar {
  /** Takes the cookies of a reply to a request for `target`. */
  store(target: string, setCookies: readonly string[]): void;
  /** The `Cookie` field for a request for `target`; empty if there is none. */
  header(target: string): string;
  /** Another jar with the same cookies. */
  copy(): Jar;
}

/**
 * Every visitor believes to be at this one host, whichever process or port answers: a browser's jar does not know ports
 * either, and apps may put the host they see into replies, which must then be equal in all trials.
 */
export const HOST = 'localhost';

/**
 * `https`, so that `Secure` cookies are kept and sent back: in production a router ends TLS in front of the app, and an app
 * configured for that must not look logged out here.
 */
const SITE = `https://${HOST}`;
const MAX_COOKIE_CHARS = 8192;
const MAX_COOKIES_PER_REPLY = 100;

/** An empty jar. */
export function createJar(): Jar {
  return around(new CookieJar(undefined, { rejectPublicSuffixes: false, looseMode: true, prefixSecurity: 'unsafe-disabled' }));
}

function around(jar: CookieJar): Jar {
  return {
    store(target, setCookies) {
      for (const line of setCookies.slice(0, MAX_COOKIES_PER_REPLY)) {
        const cookie = line.length > MAX_COOKIE_CHARS ? undefined : Cookie.parse(line, { loose: true });
        if (cookie === undefined) continue;
        // An app sets its cookies for the domain it is deployed at, which is not this one; no other site is visited here.
        cookie.domain = null;
        jar.setCookieSync(cookie, SITE + target, { ignoreError: true });
      }
    },
    header: (target) => jar.getCookieStringSync(SITE + target),
    copy: () => around(jar.cloneSync() ?? jar),
  };
}
