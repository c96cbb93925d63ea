import { UserError } from '../errors.ts';
import type { ServiceChoice, ServiceName } from '../model/service.ts';
import { startRedis } from './redis.ts';
import type { Care, Service } from './service.ts';

const STARTERS: Readonly<Record<ServiceName, (choice: ServiceChoice, care: Care) => Promise<Service>>> = { redis: startRedis };

/**
 * Starts the services asked for, each on a free loopback port with data of its own. `given`: the app's own variables; a UserError is thrown
 * if a service would set one of them, if its program is not there or does not start; none is left running then.
 */
export async function openServices(
  choices: readonly ServiceChoice[],
  { given, care }: { given: Readonly<Record<string, string>>; care: Care },
): Promise<Service[]> {
  const services: Service[] = [];
  try {
    for (const choice of choices) {
      const service = await STARTERS[choice.name](choice, care);
      services.push(service);
      const twice = Object.keys(service.env).find((name) => name in given);
      if (twice !== undefined)
        throw new UserError(
          'service-variable',
          `the variable ${twice} is given to the app, and --service ${choice.name} would set it as well`,
          `Leave one of both out, or name the variables of the service: --service ${choice.name}:OTHER={url}`,
        );
    }
    return services;
  } catch (error) {
    await Promise.all(services.map((service) => service.stop()));
    throw error;
  }
}
