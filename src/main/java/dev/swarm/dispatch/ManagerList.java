package dev.swarm.dispatch;

import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;
import dev.swarm.v1.Managers;
import dev.swarm.wire.ToProto;
import java.util.Map;

/** The list of managers as workers are told it; made anew only when a manager has changed. */
final class ManagerList {
  private Map<String, ManagerInfo> made;
  private Managers list = Managers.getDefaultInstance();

  Managers of(ClusterState state) {
    if (state.managers() != made) {
      made = state.managers();
      Managers next = ToProto.managers(made.values());
      if (!next.equals(list)) list = next;
    }
    return list;
  }
}
