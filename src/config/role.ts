/** `api` takes requests, `worker` does the work that they leave, `all` does both. */
export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

let role: Role = 'all';

/** Call it once, before anything starts. @param given the setting `ROLE` */
export function setRole(given: Role): void {
  role = given;
}

/** Whether this process runs jobs and all work that repeats: sweeps, polls, readings, reviews. */
export function isWorker(): boolean {
  return role !== 'api';
}

/** Whether this process takes requests of platforms and people; otherwise it answers questions about its health only. */
export function servesRequests(): boolean {
  return role !== 'worker';
}
