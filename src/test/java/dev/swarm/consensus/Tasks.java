package dev.swarm.consensus;

import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import java.util.List;

/** Commands for tests that merely need some. */
public final class Tasks {
  private Tasks() {}

  /** One task with a payload of so many bytes. */
  public static Command submit(String id, int bytes) {
    return new Command.SubmitTasks(
        List.of(
            new TaskSpec(
                new TaskId(id), id, id, "discard", Bytes.wrap(new byte[bytes]), null, 3, 1)));
  }
}
