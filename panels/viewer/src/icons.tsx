// The toolbar's icons, 16 px line drawings.

import * as React from "react";

const PATHS = {
  split: "M2 3h5v10H2zM9 3h5v10H9z",
  overlay: "M2 2h8v8H2zM6 6h8v8H6z",
  swipe: "M2 3h12v10H2zM8 1v14M5.5 6.5 4 8l1.5 1.5M10.5 6.5 12 8l-1.5 1.5",
  base: "M2 3h12v10H2zM8 3v10M3.5 11.5 6.5 4.5M2.5 8.5l2-4",
  revised: "M2 3h12v10H2zM8 3v10M9.5 11.5l3-7M11.5 11.5l2-4",
  result: "M2 3h12v10H2zM4.5 8 7 10.5l4.5-5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  previous: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  down: "M4 6l4 4 4-4",
};

export function Icon({ name }: { name: keyof typeof PATHS }): React.ReactElement {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}

export function IconButton(props: {
  icon: keyof typeof PATHS;
  title: string;
  onClick: () => void;
  pressed?: boolean;
  disabled?: boolean;
  text?: string;
}): React.ReactElement {
  const { icon, title, onClick, pressed, disabled, text } = props;
  return (
    <button type="button" className="button" title={title} aria-label={title} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
      {text && <span className="text">{text}</span>}
    </button>
  );
}
