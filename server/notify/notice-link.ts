/** Links in messages to the page on which the person confirms. A link names a notice and a need, and only we can make one. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

export type NoticeLinks = ReturnType<typeof createNoticeLinks>;

const macBytes = 18;

/** @param secret the installation's secret */
export function createNoticeLinks(secret: string) {
  const key = new Uint8Array(hkdfSync("sha256", secret, "marketdesk", "notice link", 32));
  const macOf = (subject: string) => createHmac("sha256", key).update(subject).digest().subarray(0, macBytes);
  return {
    make(noticeId: string, needId: number): string {
      const subject = `${noticeId}.${needId}`;
      return `${subject}.${macOf(subject).toString("base64url")}`;
    },
    /** Null for a link that we did not make. */
    read(link: string): { noticeId: string; needId: number } | null {
      const [, subject = "", noticeId = "", needId = "", mac = ""] =
        /^(([\da-f-]{36})\.(\d{1,15}))\.([\w-]{24})$/.exec(link) ?? [];
      if (subject === "") return null;
      const isGenuine = timingSafeEqual(macOf(subject), Buffer.from(mac, "base64url"));
      return isGenuine ? { noticeId, needId: Number(needId) } : null;
    },
  };
}
