/** How much the search field reads and shows of each kind. */

export const maxFound = 8;

/** Notes that are examined: a text found in more identifies nothing. */
export const maxNotes = 200;
