/** Limits the open streams of changes for each sign-in, person and instance, because each stream uses memory. */

/** Why a stream is closed or refused, and when another one may be opened. */
export type StreamEnd = { reason: string; waitMs: number };

export type TakenStream = ({ isOpen: true } | ({ isOpen: false } & StreamEnd)) & {
  /** Says that the stream is closed. */
  release(): void;
};

/** @param end closes the stream, because another one takes its place */
export type TakeStream = (end: (reason: StreamEnd) => void) => TakenStream;

/** The tabs of a browser share one stream. The others are broken connections that have not been detected yet. */
const maxPerSession = 4;
/** For a person who is signed in on many machines. */
const maxPerPerson = 16;
const maxTotal = 2_000;

/** The page waits this long: a new stream would only close that of another page of the same person. */
const replaced: StreamEnd = {
  reason: "Live updates are paused here: this sign-in has too many pages open elsewhere.",
  waitMs: 60_000,
};
const full: StreamEnd = {
  reason: "Live updates are paused: too many people have Marketdesk open. Reload the page to update it.",
  waitMs: 60_000,
};

type Stream = { session: string; person: string; end: (reason: StreamEnd) => void };

export function createStreams(limits = { maxPerSession, maxPerPerson, maxTotal }) {
  /** Oldest first. */
  const open = new Set<Stream>();
  const bySession = new Map<string, Set<Stream>>();
  const byPerson = new Map<string, Set<Stream>>();

  function remove(stream: Stream) {
    open.delete(stream);
    removeFrom(bySession, stream.session, stream);
    removeFrom(byPerson, stream.person, stream);
  }

  function closeOldest(streams: Set<Stream> | undefined, max: number) {
    if (streams === undefined || streams.size < max) return;
    const [oldest] = streams;
    if (oldest === undefined) return;
    remove(oldest);
    oldest.end(replaced);
  }

  return {
    /**
     * Opens a stream. A person who has too many loses the oldest one. If the instance has too many, the new stream is
     * refused, because closing one would affect someone else.
     */
    take(session: string, person: string, end: (reason: StreamEnd) => void): TakenStream {
      closeOldest(bySession.get(session), limits.maxPerSession);
      closeOldest(byPerson.get(person), limits.maxPerPerson);
      if (open.size >= limits.maxTotal) return { isOpen: false, ...full, release: () => {} };
      const stream = { session, person, end };
      open.add(stream);
      addTo(bySession, session, stream);
      addTo(byPerson, person, stream);
      return { isOpen: true, release: () => remove(stream) };
    },
    count: () => open.size,
  };
}

function addTo(map: Map<string, Set<Stream>>, key: string, stream: Stream) {
  const streams = map.get(key) ?? new Set();
  map.set(key, streams.add(stream));
}

function removeFrom(map: Map<string, Set<Stream>>, key: string, stream: Stream) {
  const streams = map.get(key);
  streams?.delete(stream);
  if (streams?.size === 0) map.delete(key);
}
