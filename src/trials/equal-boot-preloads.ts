/**
 * Loaded into a Node.js app before its own code. Until the file `released` is in the tape folder, every source of randomness draws from a
 * stream that is the same in all processes with that folder; key pairs are made once and shared through it. It leaves a mark when something
 * is drawn: `drawn-` before a server listens, `late-` after that.
 */
export const NODE_PRELOAD = `'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { syncBuiltinESMExports } = require('node:module');
const tape = process.env.SHARE_NOTHING_BOOT_TAPE;
let booting = Boolean(tape);
let listening = false;
let drawn = 0;
const createHash = crypto.createHash;
const realPid = process.pid;
if (tape) fs.writeFileSync(path.join(tape, 'loaded-' + realPid), '');

function isBooting() {
  if (booting && fs.existsSync(path.join(tape, 'released'))) booting = false;
  return booting;
}

const marked = new Set();
function mark(name) {
  if (marked.has(name)) return;
  marked.add(name);
  fs.writeFileSync(path.join(tape, name + realPid), '');
}

function stream(size) {
  mark(listening ? 'late-' : 'drawn-');
  const blocks = [];
  for (let length = 0; length < size; length += 32) blocks.push(createHash('sha256').update(tape + '/' + drawn++).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

function replace(owner, name, make) {
  const real = owner[name];
  if (typeof real !== 'function') return;
  const own = make(real.bind(owner));
  owner[name] = function (...args) { return isBooting() ? own.apply(this, args) : real.apply(this, args); };
  Object.defineProperty(owner[name], 'name', { value: name });
}

function fill(view, offset = 0, size) {
  const bytes = ArrayBuffer.isView(view) ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view);
  const start = offset * (view.BYTES_PER_ELEMENT ?? 1);
  const end = size === undefined ? bytes.length : start + size * (view.BYTES_PER_ELEMENT ?? 1);
  bytes.set(stream(end - start), start);
  return view;
}

function uuid() {
  const bytes = stream(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The text made by the first process that came to this place, for all. */
function once(make) {
  if (drawn === 0) stream(1);
  const file = path.join(tape, 'key-' + drawn++);
  const draft = file + '-' + realPid;
  fs.writeFileSync(draft, make());
  try { fs.linkSync(draft, file); } catch (error) { if (error.code !== 'EEXIST') throw error; }
  return fs.readFileSync(file, 'utf8');
}

const pack = (part) => part?.export ? { pem: part.export(part.type === 'public' ? { type: 'spki', format: 'pem' } : { type: 'pkcs8', format: 'pem' }), type: part.type }
  : Buffer.isBuffer(part) ? { base64: part.toString('base64') } : { plain: part };
const unpack = (part) => part.pem ? (part.type === 'public' ? crypto.createPublicKey(part.pem) : crypto.createPrivateKey(part.pem))
  : part.base64 !== undefined ? Buffer.from(part.base64, 'base64') : part.plain;

replace(crypto, 'randomBytes', (real) => (size, done) => done ? void process.nextTick(done, null, stream(size)) : stream(size));
replace(crypto, 'pseudoRandomBytes', () => (size, done) => done ? void process.nextTick(done, null, stream(size)) : stream(size));
replace(crypto, 'randomFillSync', () => fill);
replace(crypto, 'randomUUID', () => uuid);
replace(crypto, 'randomInt', () => (low, high, done) => {
  if (high === undefined || typeof high === 'function') [low, high, done] = [0, low, high];
  const value = low + (stream(6).readUIntBE(0, 6) % (high - low));
  return done ? void process.nextTick(done, null, value) : value;
});
replace(crypto, 'generateKeySync', (real) => (type, options) => crypto.createSecretKey(once(() => real(type, options).export().toString('hex')), 'hex'));
replace(crypto, 'generateKeyPairSync', (real) => (type, options) => {
  const pair = JSON.parse(once(() => { const made = real(type, options); return JSON.stringify({ publicKey: pack(made.publicKey), privateKey: pack(made.privateKey) }); }));
  return { publicKey: unpack(pair.publicKey), privateKey: unpack(pair.privateKey) };
});
replace(crypto, 'generateKeyPair', () => (type, options, done) => {
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  process.nextTick(done, null, publicKey, privateKey);
});
const web = Object.getPrototypeOf(crypto.webcrypto);
replace(web, 'getRandomValues', () => (view) => fill(view));
replace(web, 'randomUUID', () => uuid);
replace(Math, 'random', () => () => stream(6).readUIntBE(0, 6) / 2 ** 48);
Object.defineProperty(process, 'pid', { configurable: true, enumerable: true, get: () => (!tape || listening ? realPid : 4242) });

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  this.once('listening', () => { listening = true; });
  return listen.apply(this, args);
};
syncBuiltinESMExports();
`;

/** The same for Python, as a \`sitecustomize\` that gives way to the app's own. */
export const PYTHON_PRELOAD = `import hashlib, os, random, socket, sys

_tape = os.environ.get("SHARE_NOTHING_BOOT_TAPE")
_real = os.urandom
_state = {"booting": bool(_tape), "listening": False, "drawn": 0}
_marked = set()


def _booting():
    if _state["booting"] and os.path.exists(os.path.join(_tape, "released")):
        _state["booting"] = False
    return _state["booting"]


def _mark(name):
    mark = "%s-%d" % (name, os.getpid())
    if mark not in _marked:
        _marked.add(mark)
        open(os.path.join(_tape, mark), "w").close()


def _urandom(size):
    if not _booting():
        return _real(size)
    _mark("late" if _state["listening"] else "drawn")
    out = b""
    while len(out) < size:
        out += hashlib.sha256(("%s/%d" % (_tape, _state["drawn"])).encode()).digest()
        _state["drawn"] += 1
    return out[:size]


if _tape:
    _mark("loaded")
    os.urandom = _urandom
    random._urandom = _urandom
    random.seed(_tape)
    _listen = socket.socket.listen

    def _listening(self, *args):
        _state["listening"] = True
        random.seed(_real(32))
        return _listen(self, *args)

    socket.socket.listen = _listening

_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
_own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize
except ImportError:
    if _own is not None:
        sys.modules["sitecustomize"] = _own
`;
