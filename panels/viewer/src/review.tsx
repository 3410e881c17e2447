// The row in which items are judged: verdicts with their keys, what follows, how far the review is.

import * as React from "react";
import type { Item } from "./model";
import type { Decision, Review } from "./types";

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The verdicts on what is picked, or on the image. */
export function givenVerdicts(picked: Item[], decisions: Record<string, Decision>, image: string | null): Set<string> {
  const found = picked.length ? picked.map(({ object }) => decisions[object.id]?.verdict) : [image];
  return new Set(found.filter((verdict): verdict is string => !!verdict));
}

function Verb(props: { name: string; hint: string; title: string; pressed?: boolean; disabled?: boolean; onClick: () => void }): React.ReactElement {
  const { name, hint, title, pressed, disabled, onClick } = props;
  return (
    <button type="button" className="verb" title={`${title} (${hint})`} aria-label={pressed ? `✓ ${name.toLowerCase()}` : name} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      <kbd>{hint}</kbd>
      {pressed ? `✓ ${name.toLowerCase()}` : name}
    </button>
  );
}

export function ReviewBar(props: {
  review: Review;
  decisions: Record<string, Decision>;
  picked: Item[];
  goOn: boolean;
  depth: number;
  judge: (verdict: string | null) => void;
  undo: () => void;
  setGoOn: (goOn: boolean) => void;
  setOpenOnly: (openOnly: boolean) => void;
}): React.ReactElement {
  const { review, decisions, picked, goOn, depth, judge, undo, setGoOn, setOpenOnly } = props;
  // what was asked for is shown until the answer comes
  const [asked, setAsked] = React.useState<boolean | null>(null);
  React.useEffect(() => setAsked(null), [review]);
  const given = givenVerdicts(picked, decisions, review.image);
  const what = picked.length ? "what is picked" : "the image";
  return (
    <>
      <div className="row" role="group" aria-label="Verdict">
        <span className="quiet">{picked.length ? `${picked.length} picked:` : "Image:"}</span>
        {review.verdicts.map((verdict, index) => (
          <Verb key={verdict} name={capital(verdict)} hint={String(index + 1)} title={`Tag ${what} “${verdict}”`} pressed={given.has(verdict)} onClick={() => judge(verdict)} />
        ))}
        <Verb name="Clear" hint="⌫" title={`Clear the verdict on ${what}`} disabled={!given.size} onClick={() => judge(null)} />
        <Verb name="Undo" hint="z" title="Undo your last verdict (up to twenty, one by one)" disabled={!depth} onClick={undo} />
      </div>
      <div className="row">
        <label className="check" title="After a verdict, go to the next open item: on this image in the order of the table, then on the next image">
          <input type="checkbox" checked={goOn} onChange={(event) => setGoOn(event.target.checked)} />
          go on to the next open item
        </label>
        <label className="check" title="Show only items that neither a verdict nor the policy decides">
          <input type="checkbox" checked={asked ?? review.open_only} onChange={({ target }) => (setAsked(target.checked), setOpenOnly(target.checked))} />
          open only
        </label>
        <span className="quiet progress" role="status">{review.progress}</span>
      </div>
    </>
  );
}
