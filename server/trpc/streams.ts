/** How many streams of changes are open: a browser needs one, and nobody may take the memory of all. Of this instance alone. */

/** Why a stream is closed or refused, and after which time another one may be asked for. */
export type StreamEnd = { reason: string; waitMs: number };

export type TakenStream = ({ isFree: true } | ({ isFree: false } & StreamEnd)) & {
  /** Gives the place back. */
  leave(): void;
};

export type TakeStream = (end: (why: StreamEnd) => void) => TakenStream;

/** Tabs share one stream; a few more are left over from connections that broke and are not known to be gone. */
const maxPerSession = 4;
/** Somebody who is signed in on many machines. */
const maxPerPerson = 16;
const maxInAll = 2_000;

/** A page that comes back sooner would only push out another page of the same person. */
const replaced: StreamEnd = {
  reason: "Live updates are paused here: this sign-in has too many pages open elsewhere.",
  waitMs: 60_000,
};
const full: StreamEnd = {
  reason: "Live updates are paused: too many people have Marketdesk open. The page updates when you open it again.",
  waitMs: 60_000,
};

type Stream = { session: string; person: string; end: (why: StreamEnd) => void };

export function createStreams(limits = { maxPerSession, maxPerPerson, maxInAll }) {
  /** Oldest first. */
  const open = new Set<Stream>();
  const bySession = new Map<string, Set<Stream>>();
  const byPerson = new Map<string, Set<Stream>>();

  function remove(stream: Stream) {
    open.delete(stream);
    removeFrom(bySession, stream.session, stream);
    removeFrom(byPerson, stream.person, stream);
  }

  function makeRoom(ofOne: Set<Stream> | undefined, max: number) {
    if (ofOne === undefined || ofOne.size < max) return;
    const [oldest] = ofOne;
    if (oldest === undefined) return;
    remove(oldest);
    oldest.end(replaced);
  }

  return {
    /** Of one person's the oldest makes room for the newest; strangers are not pushed out, the newest is refused. */
    take(session: string, person: string, end: (why: StreamEnd) => void): TakenStream {
      makeRoom(bySession.get(session), limits.maxPerSession);
      makeRoom(byPerson.get(person), limits.maxPerPerson);
      if (open.size >= limits.maxInAll) return { isFree: false, ...full, leave: () => {} };
      const stream = { session, person, end };
      open.add(stream);
      addTo(bySession, session, stream);
      addTo(byPerson, person, stream);
      return { isFree: true, leave: () => remove(stream) };
    },
    count: () => open.size,
  };
}

function addTo(map: Map<string, Set<Stream>>, key: string, stream: Stream) {
  const ofOne = map.get(key) ?? new Set();
  map.set(key, ofOne.add(stream));
}

function removeFrom(map: Map<string, Set<Stream>>, key: string, stream: Stream) {
  const ofOne = map.get(key);
  ofOne?.delete(stream);
  if (ofOne?.size === 0) map.delete(key);
}
