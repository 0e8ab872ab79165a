package io.github.djlcachex.djl.internal.code;

import io.github.djlcachex.djl.internal.hash.DigestWriter;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * The instructions of a method with their constants and names, but without line numbers.
 *
 * @param digest the SHA-256 of the instructions; methods that are called count by {@code calls}
 * @param calls the methods that it names, in the order of the instructions
 * @param synthetic whether the compiler named it, as it does with the bodies of lambdas
 */
record MethodCode(String digest, List<Call> calls, boolean synthetic) {

    /**
     * A method that another method calls.
     *
     * @param owner the internal name of its class
     * @param key its name and descriptor
     */
    record Call(String owner, String key) {
        static Call to(Handle handle) {
            return new Call(handle.getOwner(), handle.getName() + handle.getDesc());
        }
    }

    /** Turns the visit of a method into its code. Labels are numbered by first use. */
    abstract static class Writer extends MethodVisitor {

        private final DigestWriter out = new DigestWriter();
        private final List<Call> calls = new ArrayList<>();
        private final IdentityHashMap<Label, Integer> labels = new IdentityHashMap<>();
        private final Consumer<ClassCode.LambdaSite> lambdas;

        Writer(Consumer<ClassCode.LambdaSite> lambdas) {
            super(Opcodes.ASM9);
            this.lambdas = lambdas;
        }

        MethodCode code(boolean synthetic) {
            return new MethodCode(
                    HexFormat.of().formatHex(out.finish()), List.copyOf(calls), synthetic);
        }

        private void write(int opcode, Object... operands) {
            out.number(opcode).number(operands.length);
            for (Object operand : operands) {
                constant(operand);
            }
        }

        private void constant(Object constant) {
            if (constant instanceof Handle handle) {
                out.number(handle.getTag());
                call(Call.to(handle));
            } else if (constant instanceof Label label) {
                out.number(labels.computeIfAbsent(label, any -> labels.size()));
            } else {
                // the text of a type or a dynamic constant is exact
                out.text(constant.getClass().getSimpleName()).text(constant.toString());
            }
        }

        private void call(Call call) {
            calls.add(call);
            out.text("call");
        }

        @Override
        public void visitInsn(int opcode) {
            write(opcode);
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            write(opcode, operand);
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            write(opcode, variable);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            write(opcode, type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            write(opcode, owner, name, descriptor);
        }

        @Override
        public void visitMethodInsn(
                int opcode, String owner, String name, String descriptor, boolean isInterface) {
            write(opcode);
            call(new Call(owner, name + descriptor));
        }

        @Override
        public void visitInvokeDynamicInsn(
                String name, String descriptor, Handle bootstrap, Object... arguments) {
            write(Opcodes.INVOKEDYNAMIC, name, descriptor, bootstrap.toString());
            for (Object argument : arguments) {
                constant(argument);
            }
            if (ClassCode.makesLambda(bootstrap) && arguments[1] instanceof Handle target) {
                lambdas.accept(new ClassCode.LambdaSite(descriptor, target));
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            write(opcode, label);
        }

        @Override
        public void visitLabel(Label label) {
            write(-1, label);
        }

        @Override
        public void visitLdcInsn(Object value) {
            write(Opcodes.LDC, value);
        }

        @Override
        public void visitIincInsn(int variable, int increment) {
            write(Opcodes.IINC, variable, increment);
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... targets) {
            write(Opcodes.TABLESWITCH, min, max, otherwise);
            write(Opcodes.TABLESWITCH, (Object[]) targets);
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] targets) {
            write(Opcodes.LOOKUPSWITCH, otherwise, Arrays.toString(keys));
            write(Opcodes.LOOKUPSWITCH, (Object[]) targets);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            write(Opcodes.MULTIANEWARRAY, descriptor, dimensions);
        }

        @Override
        public void visitTryCatchBlock(
                Label start, Label end, Label handler, @Nullable String type) {
            write(-2, start, end, handler, String.valueOf(type));
        }
    }
}
