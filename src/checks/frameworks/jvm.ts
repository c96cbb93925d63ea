import { KEY, SESSION, setsCookie, type Trait } from './trait.ts';

/** Sessions of servlets in Redis. */
export const SPRING_SESSION = {
  file: 'pom.xml',
  lines: [
    '+<dependency>',
    '+  <groupId>org.springframework.session</groupId>',
    '+  <artifactId>spring-session-data-redis</artifactId>',
    '+</dependency>',
  ],
};

/** Java, Kotlin and Scala. */
export const JVM: readonly Trait[] = [
  {
    framework: 'Spring Session',
    rules: SESSION,
    shows: setsCookie(/^SESSION=/),
    fix: 'Let Spring Session keep sessions in Redis: spring-session-data-redis, and spring.session.store-type=redis.',
    change: {
      file: 'application.properties',
      lines: ['-spring.session.store-type=none', '+spring.session.store-type=redis', '+spring.data.redis.host=redis'],
    },
    shared: true,
  },
  {
    framework: 'servlets',
    rules: SESSION,
    shows: setsCookie(/^JSESSIONID=/),
    fix: 'Servlet sessions live in the container: use Spring Session with Redis, or keep the state in a signed cookie.',
    change: SPRING_SESSION,
  },
  {
    framework: 'Play',
    rules: KEY,
    shows: setsCookie(/^PLAY_SESSION=/),
    uses: /^play(?:_[\d.]+)?$/,
    fix: 'Set one play.http.secret.key for all processes, from the environment.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: HOCON takes it from the environment
    change: { file: 'conf/application.conf', lines: ['+play.http.secret.key=${?APPLICATION_SECRET}'] },
  },
];
