/**
 * Swarm's log against bare Apache Ratis: commands committed a second and how long one takes, on the
 * same machine, in the same run, with the same settings, disks synchronized.
 *
 * <p>Owns both groups and the load on them. Judges nothing; the laboratory prints what it finds.
 */
package dev.swarm.bench;
