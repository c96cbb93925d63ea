import type { Reply } from '../../model/observation.ts';
import type { Comparison, Demand } from '../../model/until.ts';
import { takeCapture } from './capture.ts';

/** Whether a reply is what a step waits for. */
export function isMet(demand: Demand, reply: Reply): boolean {
  if (reply.outcome !== 'answered') return false;
  switch (demand.kind) {
    case 'status':
      return demand.allowed.includes(reply.status);
    case 'text':
      return reply.body.text.includes(demand.text);
    case 'there':
      return !['', 'false', '[]', '{}', undefined].includes(takeCapture(demand.from, reply));
    case 'compares':
      return compares(takeCapture(demand.from, reply), demand.operator, demand.operand);
  }
}

/** A value that is not there is equal to nothing. */
function compares(value: string | undefined, operator: Comparison, operand: string): boolean {
  if (value === undefined) return operator === '!=' || (operator === '==' && operand === 'null');
  const [a, b] = [Number(value), Number(operand)];
  const areNumbers = value.trim() !== '' && operand.trim() !== '' && !Number.isNaN(a) && !Number.isNaN(b);
  const order = areNumbers ? a - b : value < operand ? -1 : value > operand ? 1 : 0;
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}
