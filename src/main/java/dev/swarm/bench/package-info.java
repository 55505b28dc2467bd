/**
 * Swarm's log against bare Apache Ratis: commands committed a second and how long one takes, on the
 * same machine, in the same run, with the same settings, disks synchronized.
 *
 * <p>Owns both groups, the load on them, and how far ours may stand behind. Leaves what else runs
 * on the machine to whoever starts it.
 */
package dev.swarm.bench;
