/** Scenarios: the programs that the tests of the other packages run in JVMs of their own. */
package io.github.djlcachex.scenario.programs;
