/** What is entered for the branding of all offers or one, and how it is saved. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { noBranding, setBrandingInput, type SetBrandingInput } from "../../../shared/branding.ts";
import type { BrandingScopeView } from "../../../shared/views/branding.ts";
import { useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { ownValues } from "./own-values.ts";

export function useBrandingForm({ offerId, own }: Pick<BrandingScopeView, "offerId" | "own">) {
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.branding.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.branding.pathFilter()),
    }),
  );
  return useSettingsForm<SetBrandingInput, unknown>({
    subject: `branding ${offerId}`,
    schema: setBrandingInput,
    stored: { offerId, ...ownValues(own ?? noBranding), logo: "keep", seenVersion: own?.version ?? 0, reason: "" },
    changedByName: own?.actor.name,
    send: set.mutateAsync,
    onSaved: () => announce("Saved. The landing page shows the new branding."),
  });
}
