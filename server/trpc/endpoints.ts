/** Endpoints of the product: who gets its events. */
import {
  createEndpointInput,
  editEndpointInput,
  endpointInput,
  reasonedEndpointInput,
  resendAllInput,
  resendInput,
  rotateSecretInput,
} from "../../shared/inputs/outbox.ts";
import type { EndpointContext } from "../commands/endpoints/endpoint-changes.ts";
import { createEndpoint } from "../commands/endpoints/create-endpoint.ts";
import { editEndpoint } from "../commands/endpoints/edit-endpoint.ts";
import { pauseEndpoint } from "../commands/endpoints/pause-endpoint.ts";
import { removeEndpoint } from "../commands/endpoints/remove-endpoint.ts";
import { resumeEndpoint } from "../commands/endpoints/resume-endpoint.ts";
import { rotateSecret } from "../commands/endpoints/rotate-secret.ts";
import { testEndpoint } from "../commands/endpoints/test-endpoint.ts";
import { countResend, resendMessages } from "../commands/messages/resend-messages.ts";
import { stopResending } from "../commands/messages/stop-messages.ts";
import { listEndpoints } from "../database/queries/endpoints.ts";
import { adminProcedure, dangerousAdminProcedure, router } from "./init.ts";
import type { TrpcContext } from "./trpc-context.ts";

const ok = { ok: true as const };

/** For commands that write all messages of an endpoint, which can take longer than a page may wait. */
const ofMany = ({ command, slowDb }: Pick<TrpcContext, "slowDb"> & { command: EndpointContext }) => ({
  ...command,
  db: slowDb,
});

export const endpointsRouter = router({
  list: adminProcedure.query(({ ctx }) => listEndpoints(ctx.db)),
  create: dangerousAdminProcedure
    .input(createEndpointInput)
    .mutation(({ ctx, input }) => createEndpoint(ctx.command, ctx.endpointTools, input)),
  edit: dangerousAdminProcedure.input(editEndpointInput).mutation(async ({ ctx, input }) => {
    await editEndpoint(ctx.command, ctx.endpointTools, input);
    return ok;
  }),
  rotate: dangerousAdminProcedure
    .input(rotateSecretInput)
    .mutation(({ ctx, input }) => rotateSecret(ctx.command, ctx.endpointTools, input)),
  test: adminProcedure
    .input(endpointInput)
    .mutation(({ ctx, input }) => testEndpoint(ctx.command, ctx.endpointTools, input)),
  pause: adminProcedure.input(reasonedEndpointInput).mutation(async ({ ctx, input }) => {
    await pauseEndpoint(ctx.command, input);
    return ok;
  }),
  resume: adminProcedure
    .input(endpointInput)
    .mutation(({ ctx, input }) => resumeEndpoint(ofMany(ctx), ctx.endpointTools, input)),
  remove: adminProcedure.input(reasonedEndpointInput).mutation(async ({ ctx, input }) => {
    await removeEndpoint(ofMany(ctx), input);
    return ok;
  }),
  countResend: adminProcedure.input(resendInput).query(({ ctx, input }) => countResend(ofMany(ctx), input)),
  resend: adminProcedure
    .input(resendAllInput)
    .mutation(({ ctx, input }) => resendMessages(ofMany(ctx), ctx.endpointTools, input)),
  stopResending: adminProcedure
    .input(endpointInput)
    .mutation(({ ctx, input }) => stopResending(ofMany(ctx), ctx.endpointTools, input)),
});
