package io.github.djlcachex.djl.internal.code;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Decides whether a function reads its input before it does anything else, so that a {@link Probe}
 * of it has no side effect.
 *
 * <p>It follows straight-line code only: code that loads values and then calls a method of the
 * input, or passes the input to DJL or to a method of which the same is true. Any other code may
 * have a side effect.
 */
final class InputAccess {

    private static final int MAX_CALLS = 8;

    private static final Set<String> INPUTS =
            Set.of("ai/djl/ndarray/NDList", "ai/djl/ndarray/NDArray", "java/util/List");

    private static final Set<String> MADE =
            Set.of(
                    "ai/djl/ndarray/NDList",
                    "ai/djl/ndarray/index/NDIndex",
                    "ai/djl/ndarray/types/Shape",
                    "java/util/ArrayList");

    private InputAccess() {}

    /**
     * Tells whether a method first reads its last argument.
     *
     * @param loader where to find its class
     */
    static boolean comesFirst(@Nullable ClassLoader loader, MethodCode.Call method) {
        MethodCode.Call at = method;
        for (int i = 0; i < MAX_CALLS; i++) {
            if (at.owner().startsWith("ai/djl/")) {
                return true;
            }
            Start start = read(loader, at);
            if (start == null || start.handedTo == null) {
                return start != null && start.harmless;
            }
            at = start.handedTo;
        }
        return false;
    }

    private static @Nullable Start read(@Nullable ClassLoader loader, MethodCode.Call method) {
        String file = method.owner() + ".class";
        try (InputStream in =
                loader == null
                        ? ClassLoader.getSystemResourceAsStream(file)
                        : loader.getResourceAsStream(file)) {
            if (in == null) {
                return null;
            }
            Finder finder = new Finder(method.key());
            new ClassReader(in).accept(finder, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return finder.start;
        } catch (IOException | IllegalArgumentException e) {
            return null; // not known to be harmless
        }
    }

    private static final class Finder extends ClassVisitor {

        private final String key;
        private @Nullable Start start;

        Finder(String key) {
            super(Opcodes.ASM9);
            this.key = key;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            if (!key.equals(name + descriptor)) {
                return null;
            }
            start = new Start((access & Opcodes.ACC_STATIC) != 0, descriptor);
            return start;
        }
    }

    /**
     * The first instructions of a method. The stack holds for each value whether it is the input.
     */
    private static final class Start extends MethodVisitor {

        private final int input;
        private final Deque<Boolean> stack = new ArrayDeque<>();
        private boolean decided;
        private boolean harmless;
        private MethodCode.@Nullable Call handedTo;

        Start(boolean isStatic, String descriptor) {
            super(Opcodes.ASM9);
            Type[] types = Type.getArgumentTypes(descriptor);
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < types.length - 1; i++) {
                slot += types[i].getSize();
            }
            input = types.length == 0 ? -1 : slot;
        }

        private void decide(boolean isHarmless) {
            if (!decided) {
                decided = true;
                harmless = isHarmless;
            }
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode >= Opcodes.ACONST_NULL && opcode <= Opcodes.DCONST_1) {
                stack.push(false);
            } else if (opcode == Opcodes.DUP && !stack.isEmpty()) {
                stack.push(stack.peek());
            } else {
                decide(opcode == Opcodes.ARETURN && Boolean.TRUE.equals(stack.peek()));
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                stack.poll(); // its length
            }
            stack.push(false);
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            if (opcode > Opcodes.ALOAD) {
                stack.poll(); // stored in a variable, which has no side effect
                decided |= variable == input;
            } else {
                stack.push(variable == input);
            }
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.NEW) {
                stack.push(false);
            } else if (opcode == Opcodes.ANEWARRAY) {
                stack.poll(); // its length
                stack.push(false);
            } else if (opcode != Opcodes.CHECKCAST) {
                decide(false);
            }
        }

        @Override
        public void visitLdcInsn(Object value) {
            stack.push(false);
        }

        @Override
        public void visitMethodInsn(
                int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (decided) {
                return;
            }
            if (opcode == Opcodes.INVOKESTATIC
                    && owner.startsWith("java/lang/")
                    && name.equals("valueOf")) {
                stack.poll();
                stack.push(false); // a boxed number
                return;
            }
            int arguments = Type.getArgumentTypes(descriptor).length;
            if (isMade(owner, name) && !stack.stream().limit(arguments).anyMatch(i -> i)) {
                for (int i = 0; i <= arguments; i++) {
                    stack.poll(); // the new object is on the stack twice
                }
                return;
            }
            boolean lastIsInput = arguments > 0 && Boolean.TRUE.equals(stack.peek());
            for (int i = 0; i < arguments; i++) {
                stack.poll();
            }
            boolean ofInput = opcode != Opcodes.INVOKESTATIC && Boolean.TRUE.equals(stack.peek());
            boolean known = opcode == Opcodes.INVOKESTATIC || opcode == Opcodes.INVOKESPECIAL;
            if (lastIsInput && known) {
                handedTo = new MethodCode.Call(owner, name + descriptor);
            }
            decide(ofInput && INPUTS.contains(owner));
        }

        /** Tells whether creating an object, and its use as an argument, has no side effect. */
        private static boolean isMade(String owner, String name) {
            return name.equals("<init>") && MADE.contains(owner);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.GETFIELD) {
                stack.poll();
            } else if (opcode != Opcodes.GETSTATIC) {
                decide(false);
            }
            stack.push(false);
        }

        @Override
        public void visitInvokeDynamicInsn(
                String name, String descriptor, Handle bootstrap, Object... arguments) {
            decide(false);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            decide(false);
        }

        @Override
        public void visitIincInsn(int variable, int increment) {
            decide(false);
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... targets) {
            decide(false);
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] targets) {
            decide(false);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            decide(false);
        }

        @Override
        public void visitTryCatchBlock(
                Label start, Label end, Label handler, @Nullable String type) {
            decide(false); // an exception handler may have a side effect
        }
    }
}
