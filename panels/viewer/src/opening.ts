// An operator of the App that opens a dataset with a saved view and a workspace.

interface Opened {
  dataset: string;
  /** Slugs of what is saved with the dataset. */
  view: string | null;
  workspace: string | null;
}

declare const __foo__: {
  Operator: new (plugin: string) => object;
  OperatorConfig: new (config: object) => object;
  registerOperator(operator: unknown, plugin: string): void;
};

/** The address of a dataset with its view and workspace, from the path of another page of the App. */
export function addressOf({ dataset, view, workspace }: Opened, pathname: string): string {
  const root = pathname.replace(/(datasets\/[^/]*)?\/?$/, "").replace(/\/?$/, "/");
  const saved = new URLSearchParams();
  if (view) saved.set("view", view);
  if (workspace) saved.set("workspace", workspace);
  return `${root}datasets/${encodeURIComponent(dataset)}?${saved}`;
}

/** The App's own operators set views and workspaces of the dataset that is open, and opening one takes a while. */
export function registerOpening(plugin: string): void {
  class OpenPrepared extends __foo__.Operator {
    get config() {
      return new __foo__.OperatorConfig({ name: "open_prepared", label: "Open prepared dataset", unlisted: true });
    }
    async execute({ params }: { params: Opened }) {
      location.assign(addressOf(params, location.pathname));
    }
  }
  __foo__.registerOperator(OpenPrepared, plugin);
}
