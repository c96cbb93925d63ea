import { benchAudit } from './audit.ts';
import { benchDisks } from './disks.ts';
import { benchFamilies } from './families.ts';
import { benchGrowth } from './growth.ts';
import { benchHosts } from './hosts.ts';
import { benchRouter } from './router.ts';

benchFamilies();
console.log();
await benchAudit();
console.log();
await benchHosts();
console.log();
await benchDisks();
console.log();
await benchGrowth();
console.log();
await benchRouter();
