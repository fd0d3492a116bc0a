import { useQuery } from "@tanstack/react-query";
import type { BrandingScopeView } from "../../../shared/views/branding.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ScopeHistory } from "../../components/scope-dialogs.tsx";
import { trpc } from "../../trpc.ts";

type Props = Pick<BrandingScopeView, "offerId" | "offerName"> & { onClose(): void };

export function BrandingHistory({ offerId, offerName, onClose }: Props) {
  return (
    <Dialog
      title={`History of the branding for ${offerId === null ? "all offers" : (offerName ?? offerId)}`}
      onClose={onClose}
    >
      {() => <History offerId={offerId} />}
    </Dialog>
  );
}

function History({ offerId }: Pick<BrandingScopeView, "offerId">) {
  const history = useQuery(trpc.branding.history.queryOptions({ offerId }));
  return (
    <ScopeHistory
      query={history}
      summary={({ publisherName, accent, supportEmail, supportUrl }) =>
        [publisherName, accent, supportEmail, supportUrl].filter(Boolean).join(" · ") || "Inherited"
      }
    />
  );
}
