/** The server's time, for deadlines of seconds: the clock of a computer can be minutes off. */

let skewMs = 0;

/** @param receivedAt when the page received the server's time, by the page's own clock */
export function recordServerTime(serverTime: string, receivedAt: number): void {
  skewMs = Date.parse(serverTime) - receivedAt;
}

/** How far the server's clock is ahead of the page's, as far as it is known. */
export const clockSkewMs = (): number => skewMs;
