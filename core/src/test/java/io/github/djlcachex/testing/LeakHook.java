package io.github.djlcachex.testing;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** The {@link LeakCheck} after each property, which is no test of JUnit's own engine. */
public final class LeakHook implements AroundPropertyHook {

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(
            PropertyLifecycleContext context, PropertyExecutor property) {
        PropertyExecutionResult result = property.execute();
        try {
            LeakCheck.check(context.label());
            LeakCheck.writeLine(); // after each, since nobody tells when the last one has run
            return result;
        } catch (Exception | AssertionError e) {
            return result.mapToFailed(e);
        }
    }
}
