export const activities = {
  async nothing(): Promise<void> {},
};

export type Activities = typeof activities;
