/** Where messages to staff go, and who is notified next. For admins. */
import {
  channelInput,
  channelRulesInput,
  createChannelInput,
  removeChannelInput,
  setEscalationInput,
} from "../../shared/notifications.ts";
import type { ChannelsView } from "../../shared/views/notifications.ts";
import { createChannel, removeChannel, setChannelRules, testChannel } from "../commands/notifications/channels.ts";
import { testMail } from "../commands/notifications/test-mail.ts";
import { setEscalation } from "../commands/notifications/set-notifications.ts";
import {
  escalationVersionOf,
  listChannels,
  listEscalationPeople,
  readEscalation,
  readMail,
  readPush,
} from "../database/queries/notifications.ts";
import { listSavedViews } from "../database/queries/saved-views.ts";
import { mailOf } from "../notify/letter/mail.ts";
import { testLetter } from "../notify/test-letter.ts";
import { adminProcedure, dangerousAdminProcedure, router } from "./init.ts";
import { lastChangeView } from "./last-change-view.ts";
import { kindChoices } from "./notifications.ts";

const ok = { ok: true as const };

export const channelsRouter = router({
  list: adminProcedure.query(async ({ ctx }): Promise<ChannelsView> => {
    const [mail, push, channels, { current, changed }, people, views] = await Promise.all([
      readMail(ctx.db),
      readPush(ctx.db),
      listChannels(ctx.db),
      readEscalation(ctx.db),
      listEscalationPeople(ctx.db),
      listSavedViews(ctx.db, ctx.staff.id),
    ]);
    return {
      mail,
      push,
      channels,
      escalation: current,
      escalationVersion: escalationVersionOf(current),
      escalationChanged: lastChangeView(changed),
      people,
      kinds: kindChoices,
      // A view that is not shared belongs to one person, so a channel must not depend on it.
      views: views.filter(({ isShared }) => isShared).map(({ id, name }) => ({ id, name })),
      trialAddresses: ctx.notifyTools.trialAddresses,
    };
  }),
  create: dangerousAdminProcedure
    .input(createChannelInput)
    .mutation(({ ctx, input }) => createChannel(ctx.command, ctx.notifyTools, input)),
  test: adminProcedure
    .input(channelInput)
    .mutation(({ ctx, input }) => testChannel(ctx.command, ctx.notifyTools, input)),
  testMail: adminProcedure.mutation(({ ctx }) =>
    testMail(ctx.command, ctx.notifyTools, {
      to: ctx.staff.email,
      makeMail: async () => {
        const letter = testLetter(ctx.notifyTools.publicUrl, { where: "your email address" });
        return { subject: letter.subject, ...(await mailOf(letter)) };
      },
    }),
  ),
  setRules: adminProcedure.input(channelRulesInput).mutation(async ({ ctx, input }) => {
    await setChannelRules(ctx.command, input);
    return ok;
  }),
  remove: adminProcedure.input(removeChannelInput).mutation(async ({ ctx, input }) => {
    await removeChannel(ctx.command, input);
    return ok;
  }),
  setEscalation: adminProcedure.input(setEscalationInput).mutation(async ({ ctx, input }) => {
    await setEscalation(ctx.command, input);
    return ok;
  }),
});
