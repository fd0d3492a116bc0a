/** The person's widths of columns in a view, and the density of the list. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { LayoutView } from "../../../shared/columns.ts";
import { trpc } from "../../trpc.ts";
import { useOptimisticSetting } from "./use-optimistic-setting.ts";

/** While a column is dragged, or moved with the arrow keys. */
const pauseMs = 600;

/** @param view the id of the saved view; empty: none */
export function useLayout(view: string) {
  const queryClient = useQueryClient();
  const { queryKey } = trpc.subscriptions.layout.queryOptions({ view });
  const stored = useQuery(trpc.subscriptions.layout.queryOptions({ view }, { staleTime: Number.POSITIVE_INFINITY }));
  const { mutateAsync: save } = useMutation(trpc.subscriptions.chooseLayout.mutationOptions());
  const [chosen, choose] = useOptimisticSetting<LayoutView>(
    { queryKey, stored: stored.data, pauseMs },
    async ({ widths, isComfortable }) => {
      await save({ view, widths });
      if (isComfortable === queryClient.getQueryData<LayoutView>(queryKey)?.isComfortable) return;
      // Density is the same in all views, so it is stored without a view.
      await save({ view: "", isComfortable });
      void queryClient.invalidateQueries(trpc.subscriptions.layout.pathFilter());
    },
  );
  const layout = chosen ?? { widths: {}, isComfortable: true };
  return {
    isComfortable: layout.isComfortable,
    setComfortable: (isComfortable: boolean) => choose({ ...layout, isComfortable }),
    widths: layout.widths,
    resize(column: string, width: number | null) {
      const { [column as keyof LayoutView["widths"]]: _, ...others } = layout.widths;
      choose({ ...layout, widths: width === null ? others : { ...others, [column]: width } });
    },
    hasWidths: Object.keys(layout.widths).length > 0,
    resetWidths: () => choose({ ...layout, widths: {} }),
  };
}
