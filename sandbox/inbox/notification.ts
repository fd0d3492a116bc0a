/** The content of a push message, as the dashboard's service worker reads and shows it. */
import { z } from "zod";

export const notification = z.strictObject({
  title: z.string().min(1),
  body: z.string(),
  path: z.string().regex(/^\/(?!\/)/),
  tag: z.string().min(1),
});
export type ShownNotification = z.infer<typeof notification>;
