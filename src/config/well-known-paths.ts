/**
 * Paths at which servers, frameworks and exporters tell of one process by convention: its health, and its metrics. What a read of exactly one
 * of these answers is not compared by default; writes are, and so is any other path. `docs/sessions.md` has the same list.
 */
export const WELL_KNOWN_PATHS: readonly string[] = [
  '/metrics',
  '/health',
  '/healthz',
  '/health/live',
  '/health/ready',
  '/livez',
  '/readyz',
  '/-/health',
  '/-/healthy',
  '/-/live',
  '/-/liveness',
  '/-/ready',
  '/-/readiness',
  '/-/metrics',
  '/actuator/health',
  '/actuator/health/liveness',
  '/actuator/health/readiness',
  '/actuator/metrics',
  '/actuator/prometheus',
  '/q/health',
  '/q/health/live',
  '/q/health/ready',
  '/q/metrics',
];
