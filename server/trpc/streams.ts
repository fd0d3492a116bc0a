/** Limits open streams of changes: a browser needs one, and no one may use all the memory. Per instance. */

/** Why a stream is closed or refused, and when another one may be opened. */
export type StreamEnd = { reason: string; waitMs: number };

export type TakenStream = ({ isFree: true } | ({ isFree: false } & StreamEnd)) & {
  /** Releases the slot. */
  leave(): void;
};

export type TakeStream = (end: (why: StreamEnd) => void) => TakenStream;

/** Tabs share one stream; a few more remain from broken connections that are not detected yet. */
const maxPerSession = 4;
/** For a person who is signed in on many machines. */
const maxPerPerson = 16;
const maxInAll = 2_000;

/** A page that returns sooner would only displace another page of the same person. */
const replaced: StreamEnd = {
  reason: "Live updates are paused here: this sign-in has too many pages open elsewhere.",
  waitMs: 60_000,
};
const full: StreamEnd = {
  reason: "Live updates are paused: too many people have Marketdesk open. Reload the page to update it.",
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
    /**
     * A person's oldest stream makes room for the newest; other people's are not displaced, and the newest is
     * refused.
     */
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
