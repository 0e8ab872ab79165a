/** Scenarios: directories that somebody else prepared. */
package io.github.djlcachex.scenario.hostile;
