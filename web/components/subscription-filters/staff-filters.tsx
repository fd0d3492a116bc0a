import { ownerMe, ownerNone } from "../../../shared/filters.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import type { FacetsView } from "../../../shared/views/subscriptions.ts";
import { withCurrent } from "../select-options.ts";
import { ChoiceField } from "./filter-fields.tsx";

type Props = {
  filters: SubscriptionFilters;
  facets: FacetsView | undefined;
  change(part: SubscriptionFilters): void;
};

/** What staff have set on a subscription. */
export function StaffFilters({ filters, facets, change }: Props) {
  const tags = (facets?.tags ?? []).map((tag) => ({ value: tag, label: tag }));
  const owners = (facets?.owners ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <ChoiceField
        label="Tag"
        value={filters.tag}
        options={withCurrent(tags, filters.tag)}
        choose={(tag) => change({ tag })}
      />
      <ChoiceField
        label="Owner"
        value={filters.owner}
        options={withCurrent(
          [{ value: ownerMe, label: "Me" }, { value: ownerNone, label: "Unassigned" }, ...owners],
          filters.owner,
        )}
        choose={(owner) => change({ owner })}
      />
      <ChoiceField
        label="Follow-up"
        value={filters.followUp}
        options={[
          { value: "due", label: "Due" },
          { value: "set", label: "Has a follow-up" },
        ]}
        choose={(followUp) => change({ followUp: followUp === "due" || followUp === "set" ? followUp : undefined })}
      />
    </>
  );
}
