import { Modal, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { limitsInWords } from "../../../shared/change-rules.ts";
import type { ChangeRuleView, RulePlanView, RuleScopeView } from "../../../shared/views/change-rules.ts";
import { Problem } from "../../components/problem.tsx";
import { Ago } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import { RuleForm } from "./rule-form.tsx";
import { nameWidely, planNames } from "./rule-names.ts";

type Props = {
  scope: RuleScopeView;
  view: "edit" | "history";
  /** Of the scope's offer. */
  plans: RulePlanView[];
  onClose(): void;
};

export function RuleDialog({ scope, view, plans, onClose }: Props) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Modal.Root opened={isOpen} onClose={() => setOpen(false)} onExitTransitionEnd={onClose} size="lg">
      <Modal.Overlay />
      <Modal.Content>
        <div className="rule-dialog-head">
          <Modal.Title>
            {view === "edit" ? "Change rule" : "History of the change rule"} for {nameWidely(scope)}
          </Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>
          {view === "edit" ? (
            <RuleForm scope={scope} plans={plans} close={() => setOpen(false)} />
          ) : (
            <History scope={scope} plans={plans} />
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function History({ scope, plans }: { scope: RuleScopeView; plans: RulePlanView[] }) {
  const { offerId, planId } = scope;
  const history = useQuery(trpc.rules.history.queryOptions({ offerId, planId }));
  if (history.error && !history.data) {
    return <Problem error={history.error} onRetry={() => void history.refetch()} />;
  }
  if (!history.data) return <Skeleton height={160} />;
  return (
    <ol className="rule-versions" reversed>
      {history.data.map((version, index) => (
        <Version key={version.id} version={version} isInForce={index === 0} nameOf={planNames(plans)} />
      ))}
    </ol>
  );
}

type VersionProps = { version: ChangeRuleView; isInForce: boolean; nameOf(planId: string): string };

function Version({ version, isInForce, nameOf }: VersionProps) {
  return (
    <li>
      <p>
        <strong>Version {version.version}</strong>
        {isInForce && <span className="tag">latest</span>}
      </p>
      <p>
        {version.followsWider
          ? "No rule of its own: the wider rule holds"
          : `Customers may change to: ${limitsInWords(version, nameOf)}`}
      </p>
      <p className="quote">{version.reason}</p>
      <p className="dim">
        {version.actor.name}, <Ago at={version.at} />
      </p>
    </li>
  );
}
