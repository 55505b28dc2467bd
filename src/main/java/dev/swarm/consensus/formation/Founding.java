package dev.swarm.consensus.formation;

/**
 * What a folder holds that shall become a member of a group still to be formed.
 *
 * @param cluster name of the cluster
 * @param manager id of the manager
 * @param nonce random number of this folder, in hexadecimal; another one each time it begins anew
 * @param seed digest of the state to begin from, in hexadecimal; empty to begin with nothing
 * @param aside name of the folder that takes what was here before; empty when nothing was
 */
public record Founding(String cluster, String manager, String nonce, String seed, String aside) {}
