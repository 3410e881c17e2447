// A choice of one, as the App's own look.

import * as React from "react";

export interface ChoiceProps {
  /** What is chosen, as the panel knows by now, and the operator to tell another choice. */
  schema: { view: { title: string; is_titled: boolean; choices: { value: string; label: string }[]; chosen: string; place: string; on_choose: string } };
}

interface SelectProps {
  value: string;
  size: string;
  fullWidth: boolean;
  sx: object;
  inputProps: object;
  MenuProps: object;
  onChange(event: { target: { value: string } }): void;
  children: React.ReactNode;
}

declare const __mui__: {
  Select: React.ComponentType<SelectProps>;
  MenuItem: React.ComponentType<{ value: string; children: React.ReactNode }>;
  Typography: React.ComponentType<{ variant: string; color: string; sx: object; children: React.ReactNode }>;
};

declare const __foo__: {
  useTriggerPanelEvent(): (operator: string, params: object, prompt: boolean, callback: (result?: { error?: unknown }) => void) => void;
};

const SELECT = { ".MuiSelect-select": { padding: "0.45rem 2rem 0.45rem 1rem" } };
/** Above the sample viewer, as the App has its own. */
const MENU = { sx: { zIndex: (theme: { zIndex: { operatorPalette: number } }) => theme.zIndex.operatorPalette + 1 } };

export function PanelChoice({ schema }: ChoiceProps): React.ReactElement {
  const { title, is_titled, choices, chosen, place, on_choose } = schema.view;
  const { Select, MenuItem, Typography } = __mui__;
  const trigger = __foo__.useTriggerPanelEvent();
  // what was told last, until it is what the panel knows; answers to earlier choices pass
  const [told, setTold] = React.useState<string | null>(null);
  React.useEffect(() => setTold((last) => (last === chosen ? null : last)), [told, chosen]);
  const choose = (value: string) => {
    setTold(value);
    trigger(on_choose, { value, place }, false, (result) => result?.error && setTold(null));
  };
  const value = choices.some((one) => one.value === told) ? told! : chosen;
  return (
    <div>
      {is_titled && <Typography variant="body1" color="text.primary" sx={{ pb: 1 }}>{title}</Typography>}
      <Select value={value} size="small" fullWidth={is_titled} sx={SELECT} inputProps={{ "aria-label": title }} MenuProps={MENU} onChange={({ target }) => choose(target.value)}>
        {choices.map(({ value, label }) => <MenuItem key={value} value={value}>{label}</MenuItem>)}
      </Select>
    </div>
  );
}
