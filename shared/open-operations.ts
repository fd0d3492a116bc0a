/** Open operations are counted up to this many; the rest are "more than". */
export const maxOpenCounted = 1_000;
