import { getPublicSuffix } from 'tough-cookie';
import { type Headers, header } from '../../../model/observation.ts';
import { commonestOrigin, namedOrigins, originsByCount } from '../../origins.ts';
import type { SourceText } from '../http/syntax.ts';

/** A recorded request, as far as it tells whose it is. */
export interface RecordedRequest {
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: string;
  readonly isPage: boolean;
}

/** Parameters that name where another party sends the visitor back to: OAuth 2.0 and OpenID Connect, WS-Federation, CAS, OpenID 2.0. */
const RETURN_ADDRESS = /^(redirect_uri|post_logout_redirect_uri|wreply|service|openid\.return_to)$/;
/** SAML 2.0 bindings: a request goes to the other party, its response comes from there. */
const SAML_REQUEST = 'SAMLRequest';

/**
 * The origins of the app that was recorded: those that were named, or else the one that got most requests from pages of its own site,
 * and is not the party by whom the visitor signed in. Throws a `UserError` if a named one got none.
 */
export function ownOrigins(
  source: SourceText,
  requests: readonly RecordedRequest[],
  named: readonly string[],
): ReadonlySet<string> {
  if (named.length > 0) return namedOrigins(source.name, originsByCount(requests.map(({ url }) => url.origin)), named);
  const others = identityProviders(requests);
  const mine = requests.filter(({ url }) => !others.has(url.origin));
  // An identity provider may be what was recorded.
  const candidates = mine.length > 0 ? mine : requests;
  const page = candidates.find(({ isPage }) => isPage);
  // Where nothing says who has asked for what, the first page tells.
  if (page !== undefined && candidates.every((request) => initiator(request) === null)) return new Set([page.url.origin]);
  const sameSite = candidates.filter((request) => [null, siteOf(request.url)].includes(initiator(request)));
  const own = commonestOrigin(originsByCount((sameSite.length > 0 ? sameSite : candidates).map(({ url }) => url.origin)));
  return new Set(own === undefined ? [] : [own]);
}

/** Origins that were asked to send the visitor back to another one, or to vouch for him. */
function identityProviders(requests: readonly RecordedRequest[]): ReadonlySet<string> {
  return new Set(requests.filter((request) => sendsBack(request) || asksToVouch(request)).map(({ url }) => url.origin));
}

function sendsBack({ url }: RecordedRequest): boolean {
  return [...url.searchParams].some(
    ([name, value]) => RETURN_ADDRESS.test(name) && URL.canParse(value) && new URL(value).host !== url.host,
  );
}

function asksToVouch({ url, headers, body }: RecordedRequest): boolean {
  const from = header(headers, 'referer') ?? header(headers, 'origin') ?? '';
  const isOther = !URL.canParse(from) || new URL(from).origin !== url.origin;
  return isOther && (url.searchParams.has(SAML_REQUEST) || new RegExp(`(^|&)${SAML_REQUEST}=`).test(body));
}

/** The site of the page that sent a request; `null` if nothing tells, or the visitor himself did. */
function initiator({ url, headers }: RecordedRequest): string | null {
  const fetchSite = header(headers, 'sec-fetch-site');
  if (fetchSite === 'same-origin' || fetchSite === 'same-site') return siteOf(url);
  const from = [header(headers, 'referer'), header(headers, 'origin')].find((one) => one !== undefined && URL.canParse(one));
  if (from !== undefined) return siteOf(new URL(from));
  return fetchSite === 'cross-site' ? '' : null;
}

/** The registrable domain of a URL's host (by the public suffix list), or the host where it has none. */
function siteOf({ hostname }: URL): string {
  return (
    (/^[\d.]+$|^\[/.test(hostname) ? undefined : getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true })) ??
    hostname
  );
}
