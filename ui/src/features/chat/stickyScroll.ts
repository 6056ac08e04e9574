/** Within this many pixels of the end one is at the end. */
const END = 40;

/**
 * Scrolling of a timeline: at the end it stays at the end; elsewhere the message one reads keeps its place, whatever is
 * added above or below. Done by hand because WebKit has no scroll anchoring. Items carry `data-item` with their id; the
 * first unread one `data-unread`.
 */
export function stickyScroll() {
  let node: HTMLElement | null = null;
  let observer: ResizeObserver | undefined;
  let atEnd = true;
  let unreadAbove = false;
  let placed = false;
  /** Where the scroll stood when last looked at, in pixels. */
  let stood = 0;
  let anchor: { id: string; top: number } | null = null;
  const listeners = new Set<() => void>();

  const topOf = (child: HTMLElement, parent: HTMLElement) => child.getBoundingClientRect().top - parent.getBoundingClientRect().top;

  const goTo = (top: number) => {
    if (!node) return;
    node.scrollTop = top;
    stood = node.scrollTop;
  };

  /** Remembers what is read now; call when the reader has scrolled. */
  const note = () => {
    if (!node) return;
    // The window shrank or the messages grew before the scroll to the end was told of: the reader did not leave it.
    const stays = atEnd && node.scrollTop >= stood;
    const end = stays || node.scrollHeight - node.scrollTop - node.clientHeight < END;
    stood = node.scrollTop;
    anchor = null;
    if (!end) {
      for (const child of node.querySelectorAll<HTMLElement>("[data-item]")) {
        const top = topOf(child, node);
        if (top + child.offsetHeight > 0) {
          anchor = { id: child.dataset["item"] ?? "", top };
          break;
        }
      }
    }
    const divider = node.querySelector<HTMLElement>("[data-unread]");
    const above = divider !== null && topOf(divider, node) + divider.offsetHeight < 0;
    if (end === atEnd && above === unreadAbove) return;
    atEnd = end;
    unreadAbove = above;
    for (const listener of listeners) listener();
  };

  const settle = () => {
    if (!node) return;
    if (atEnd) goTo(node.scrollHeight);
    else if (anchor) {
      const child = node.querySelector<HTMLElement>(`[data-item="${CSS.escape(anchor.id)}"]`);
      if (child) goTo(node.scrollTop + topOf(child, node) - anchor.top);
    }
  };

  const place = () => {
    if (!node) return;
    placed = true;
    goTo(node.scrollHeight);
    // More unread than fit: begin where the unread begins, which leaves the end as a reader's scroll does.
    const divider = node.querySelector<HTMLElement>("[data-unread]");
    const above = divider ? topOf(divider, node) : 0;
    if (above < 0) node.scrollTop += above - END;
  };

  return {
    attach: (element: HTMLElement | null): void => {
      observer?.disconnect();
      node = element;
      if (!node) return;
      // The composer grew, the window shrank; an image came, a name was found out.
      observer = new ResizeObserver(settle);
      observer.observe(node);
      for (const child of node.children) observer.observe(child);
    },
    /** The items changed and are laid out. */
    changed: (): void => {
      if (placed) settle();
      else place();
      note();
    },
    note,
    toEnd: (): void => {
      if (!node) return;
      goTo(node.scrollHeight);
      note();
    },
    /** Brings an item into the middle; false if it is not there. */
    show: (id: string): boolean => {
      const child = node?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`);
      child?.scrollIntoView({ block: "center" });
      note();
      return child !== null && child !== undefined;
    },
    nearStart: (pixels: number) => node !== null && node.scrollTop < pixels,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    atEnd: () => atEnd,
    unreadAbove: () => unreadAbove,
  };
}
