/** The parts of an email that the inbox shows. */
import PostalMime, { type Address } from "postal-mime";
import type { ReceivedMail } from "./inbox.ts";

/** @returns also the addresses in its headers, which can differ from those of the envelope */
export async function readMail(
  content: Buffer,
): Promise<{ mail: Omit<ReceivedMail, "to">; fromAddress: string | null; recipients: string[] }> {
  const mail = await PostalMime.parse(content);
  const [from] = addressesIn(mail.from && [mail.from]);
  return {
    mail: {
      kind: "mail",
      messageId: mail.messageId ?? "",
      from: from ? `${mail.from?.name ?? ""} <${from}>` : "",
      subject: mail.subject ?? "",
      html: mail.html ?? "",
      text: mail.text ?? "",
      headers: mail.headers.map(({ key, value }) => ({ name: key, value })),
    },
    fromAddress: from ?? null,
    recipients: addressesIn([...(mail.to ?? []), ...(mail.cc ?? []), ...(mail.bcc ?? [])]),
  };
}

function addressesIn(addresses: readonly Address[] | undefined): string[] {
  return (addresses ?? []).flatMap((one) => ("address" in one && one.address ? [one.address] : []));
}
