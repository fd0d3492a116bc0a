/** Cards in channels of Teams and Slack, worded when they are sent. */
import { sql } from "drizzle-orm";
import { type ChannelKind, noticeTestType } from "../../shared/notifications.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import type { ComposedCard } from "../outbox/card-channel.ts";
import type { ChannelAddresses } from "../outbox/channel-addresses.ts";
import { slackMessageOf, teamsMessageOf } from "./letter/cards.ts";
import type { Letter } from "./letter/letter.ts";
import { composeNotice } from "./needs-letter.ts";
import type { NoticeContext } from "./notice-context.ts";
import { testLetter } from "./test-letter.ts";

type CardContext = NoticeContext & { addresses: Pick<ChannelAddresses, "open"> };

/** What the card says, by the present state of what it is about. */
export async function composeCard(ctx: CardContext, kind: ChannelKind, message: ClaimedMessage): Promise<ComposedCard> {
  const { db, publicUrl, addresses, now } = ctx;
  const { rows } = await db.execute<{ address: string | null; name: string }>(
    sql`select address, name from channels where id = ${message.receiverId}::uuid`,
  );
  const [channel] = rows;
  const isTest = message.type === noticeTestType;
  const letter = isTest
    ? testLetter(publicUrl, { where: channel?.name ?? "", isDaily: true })
    : ((await composeNotice(ctx, message.messageId))?.letter ?? null);
  if (letter === null || !channel || channel.address === null) return "obsolete";
  const address = await addresses.open(channel.address, now());
  return address === null ? "unreadable" : { address, body: cardOf(kind, letter) };
}

function cardOf(kind: ChannelKind, letter: Letter) {
  return kind === "teams" ? teamsMessageOf(letter) : slackMessageOf(letter);
}
