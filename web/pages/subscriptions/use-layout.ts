/** The person's widths of columns in a view, and the density of the list. Changes show immediately and are stored. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { LayoutView } from "../../../shared/columns.ts";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

const saveAfterMs = 600;

/** @param view the id of the saved view; empty: none */
export function useLayout(view: string) {
  const queryClient = useQueryClient();
  const { queryKey } = trpc.subscriptions.layout.queryOptions({ view });
  const stored = useQuery(trpc.subscriptions.layout.queryOptions({ view }, { staleTime: Number.POSITIVE_INFINITY }));
  const save = useMutation(
    trpc.subscriptions.chooseLayout.mutationOptions({ onError: (error) => announce(messageOf(error, true)) }),
  );
  const saveWidths = useDebouncedCallback((widths: LayoutView["widths"]) => save.mutate({ view, widths }), {
    delay: saveAfterMs,
    flushOnUnmount: true,
  });
  const layout = stored.data ?? { widths: {}, isComfortable: true };
  const show = (next: LayoutView) => queryClient.setQueryData(queryKey, next);
  return {
    isComfortable: layout.isComfortable,
    setComfortable(isComfortable: boolean) {
      show({ ...layout, isComfortable });
      save.mutate(
        { view: "", isComfortable },
        { onSuccess: () => void queryClient.invalidateQueries(trpc.subscriptions.layout.pathFilter()) },
      );
    },
    widths: layout.widths,
    resize(column: string, width: number | null) {
      const { [column as keyof LayoutView["widths"]]: _, ...others } = layout.widths;
      const widths = width === null ? others : { ...others, [column]: width };
      show({ ...layout, widths });
      saveWidths(widths);
    },
    hasWidths: Object.keys(layout.widths).length > 0,
    resetWidths() {
      show({ ...layout, widths: {} });
      saveWidths({});
    },
  };
}
