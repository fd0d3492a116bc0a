/** What a person is notified of, and the page of a message's link. */
import { needKinds } from "../needs/kinds.ts";
import {
  addBrowserInput,
  browserInput,
  noticeActInput,
  noticeLinkInput,
  notificationSettings,
  defaultNotificationSettings,
} from "../../shared/notifications.ts";
import type { NoticeLinkView, OwnNotificationsView } from "../../shared/views/notifications.ts";
import { actOnNotice, readNoticeLink } from "../commands/notifications/notice-links.ts";
import { addBrowser, removeBrowser, testBrowser } from "../commands/notifications/browsers.ts";
import { setOwnNotifications } from "../commands/notifications/set-notifications.ts";
import {
  listBrowsers,
  listChannelChoices,
  readDevice,
  readMail,
  readNotificationSettings,
} from "../database/queries/notifications.ts";
import { listSavedViews } from "../database/queries/saved-views.ts";
import { AppError } from "../errors.ts";
import { placeOf } from "../notify/needs-letter.ts";
import { operatorProcedure, requireFreshSignIn, router, viewerProcedure } from "./init.ts";
import { needView } from "./needs.ts";

/** Kinds of needs by the heading that the dashboard gives them. */
export const kindChoices = Object.entries(needKinds)
  .map(([name, { group }]) => ({ name, group }))
  .toSorted((one, other) => one.group.localeCompare(other.group));

export const notificationsRouter = router({
  get: viewerProcedure.query(async ({ ctx }): Promise<OwnNotificationsView> => {
    const { id, email } = ctx.staff;
    const [own, mail, channels, views, browsers] = await Promise.all([
      readNotificationSettings(ctx.db, id),
      readMail(ctx.db),
      listChannelChoices(ctx.db),
      listSavedViews(ctx.db, id),
      listBrowsers(ctx.db, id),
    ]);
    const { keys, readTrialBrowser } = ctx.notifyTools.push;
    return {
      settings: own ?? defaultNotificationSettings,
      isDefault: own === null,
      mailAddress: mail === null ? null : email,
      channels,
      kinds: kindChoices,
      views: views.map((view) => ({ id: view.id, name: view.name })),
      push: { publicKey: keys.publicKey, browsers, canTry: readTrialBrowser !== null },
    };
  }),

  addBrowser: viewerProcedure.input(addBrowserInput).mutation(async ({ ctx, input }) => {
    const device = (ctx.sessionId && (await readDevice(ctx.db, ctx.sessionId))) ?? "Browser";
    return addBrowser(ctx.command, ctx.notifyTools, { ...input, device });
  }),

  addSandboxBrowser: viewerProcedure.mutation(async ({ ctx }) => {
    const { readTrialBrowser } = ctx.notifyTools.push;
    if (readTrialBrowser === null) throw new AppError("NotAllowedNow", "There is no sandbox here.");
    const browser = addBrowserInput.parse(await readTrialBrowser());
    return addBrowser(ctx.command, ctx.notifyTools, { ...browser, device: "Sandbox" });
  }),

  testBrowser: viewerProcedure
    .input(browserInput)
    .mutation(({ ctx, input }) => testBrowser(ctx.command, ctx.notifyTools, input)),

  removeBrowser: viewerProcedure.input(browserInput).mutation(async ({ ctx, input }) => {
    await removeBrowser(ctx.command, input);
    return { ok: true as const };
  }),

  set: viewerProcedure.input(notificationSettings).mutation(async ({ ctx, input }) => {
    await setOwnNotifications(ctx.command, input);
    return { ok: true as const };
  }),
});

export const noticesRouter = router({
  get: viewerProcedure.input(noticeLinkInput).query(async ({ ctx, input }): Promise<NoticeLinkView> => {
    const { need, kind, subjectId, usedAt, taken } = await readNoticeLink(
      ctx.command,
      ctx.notifyTools.links,
      input.link,
    );
    return {
      need: need && needView(need, ctx.now()),
      place: need ? placeOf(need) : "/",
      usedAt: usedAt?.toISOString() ?? null,
      takenBy: taken && { name: taken.byName, isYou: taken.byId === ctx.staff.id, at: taken.at.toISOString() },
      cancelRequestId: need !== null && kind === "cancel_request" ? subjectId : null,
    };
  }),

  act: operatorProcedure.input(noticeActInput).mutation(async ({ ctx, input: { link, action } }) => {
    if (action.kind === "approve") await requireFreshSignIn(ctx, "operator");
    await actOnNotice(ctx.command, ctx.notifyTools.links, link, action);
    return { ok: true as const };
  }),
});
