/** Scenarios: several processes on one directory, killed and alive. */
package io.github.djlcachex.scenario.processes;
