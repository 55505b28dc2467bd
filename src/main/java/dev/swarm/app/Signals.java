package dev.swarm.app;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system. There is no public way to hear of one more than once; what all
 * JVMs have instead is looked up by name, and where it is not, a signal ends the process at once.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** Runs this, on a thread of its own, at each SIGTERM, which then does not end the process. */
  static void onTerm(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) ->
                  switch (method.getName()) {
                    case "handle" -> run(action);
                    case "equals" -> self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "Signals";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), ours);
    } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
      log.warn("SIGTERM ends this process at once: {}", unsupported.toString());
    }
  }

  private static Object run(Runnable action) {
    action.run();
    return null;
  }
}
