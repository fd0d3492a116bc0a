import { useEffect } from "react";
import type { ReactNode } from "react";

type Props = {
  title: string;
  /** Beside the heading, at its right. */ children?: ReactNode;
  /** Under it. */ note?: ReactNode;
};

/** The heading of a page, which is also the title of its tab and takes the focus when one comes to the page. */
export function PageHeading({ title, children, note }: Props) {
  useEffect(() => {
    document.title = `${title} · Marketdesk`;
  }, [title]);
  return (
    <div className="page-heading">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {note && <p className="dim">{note}</p>}
      </div>
      {children && <div className="page-heading-side">{children}</div>}
    </div>
  );
}
