import { z } from 'zod';
import { SERVICE_NAMES } from '../model/service.ts';
import { ADDRESS_FIELDS, namesTwice, parseService } from './services.ts';

const FIELDS = ADDRESS_FIELDS.map((field) => `{${field}}`).join(', ');
const SERVICE = `${SERVICE_NAMES.join(', ')}, with :NAME={url} for other variables than the customary ones (${FIELDS}), or :URL for your own; reset: true only beside the url of a redis or memcached in a config file`;

/** Services as a config may name them. */
export function servicesSchema() {
  const one = z.union([z.string({ error: SERVICE }), serviceObject()], { error: SERVICE });
  return z
    .array(
      one.refine((given) => parseService(given) !== null, { error: SERVICE }),
      { error: `a list of ${SERVICE}` },
    )
    .refine((given) => !namesTwice(given), { error: 'each service once' });
}

/** A service with more than fits into a text. */
function serviceObject() {
  return z.strictObject(
    {
      name: z.enum(SERVICE_NAMES, { error: `one of ${SERVICE_NAMES.join(', ')}` }),
      url: z.string({ error: 'a URL' }).optional(),
      env: z.record(z.string(), z.string()).optional(),
      reset: z.boolean({ error: 'true or false' }).optional(),
    },
    { error: SERVICE },
  );
}
