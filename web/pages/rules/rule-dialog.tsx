import { useQuery } from "@tanstack/react-query";
import { limitsInWords } from "../../../shared/change-rules.ts";
import type { RulePlanView, RuleScopeView } from "../../../shared/views/change-rules.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ScopeHistory } from "../../components/scope-dialogs.tsx";
import { scopeLabelInFull, type ScopeView } from "../../components/scopes.tsx";
import { trpc } from "../../trpc.ts";
import { RuleForm } from "./rule-form.tsx";
import { planNames } from "./rule-names.ts";

type Props = {
  scope: RuleScopeView;
  /** All scopes. */
  scopes: readonly RuleScopeView[];
  view: ScopeView;
  /** The plans of the scope's offer. */
  plans: RulePlanView[];
  onClose(): void;
};

export function RuleDialog({ scope, scopes, view, plans, onClose }: Props) {
  const title = `${view === "edit" ? "Change rule" : "History of the change rule"} for ${scopeLabelInFull(scope)}`;
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      {(close) =>
        view === "edit" ? (
          <RuleForm scope={scope} scopes={scopes} plans={plans} close={close} />
        ) : (
          <History scope={scope} plans={plans} />
        )
      }
    </Dialog>
  );
}

function History({ scope, plans }: { scope: RuleScopeView; plans: RulePlanView[] }) {
  const { offerId, planId } = scope;
  const history = useQuery(trpc.rules.history.queryOptions({ offerId, planId }));
  return (
    <ScopeHistory
      query={history}
      summary={(version) =>
        version.followsWider ? "Inherited" : `Customers can change to: ${limitsInWords(version, planNames(plans))}`
      }
    />
  );
}
