/**
 * For every answer of every way into the service. HSTS holds for this host alone: what lies beside it is nobody's business here.
 * The policy is for what is no page: opened in a browser it loads nothing and stands in no frame. The console has its own.
 */
export const SECURITY_HEADERS = {
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
} as const
