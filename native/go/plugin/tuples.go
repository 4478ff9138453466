package plugin

// Tuple2 and its like are tuples of WIT.
type (
	Tuple1[A any] struct {
		F0 A
	}
	Tuple2[A, B any] struct {
		F0 A
		F1 B
	}
	Tuple3[A, B, C any] struct {
		F0 A
		F1 B
		F2 C
	}
	Tuple4[A, B, C, D any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
	}
	Tuple5[A, B, C, D, E any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
	}
	Tuple6[A, B, C, D, E, F any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
	}
	Tuple7[A, B, C, D, E, F, G any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
	}
	Tuple8[A, B, C, D, E, F, G, H any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
		F7 H
	}
	Tuple9[A, B, C, D, E, F, G, H, I any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
		F7 H
		F8 I
	}
	Tuple10[A, B, C, D, E, F, G, H, I, J any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
		F7 H
		F8 I
		F9 J
	}
	Tuple11[A, B, C, D, E, F, G, H, I, J, K any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
	}
	Tuple12[A, B, C, D, E, F, G, H, I, J, K, L any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
		F11 L
	}
	Tuple13[A, B, C, D, E, F, G, H, I, J, K, L, M any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
		F11 L
		F12 M
	}
	Tuple14[A, B, C, D, E, F, G, H, I, J, K, L, M, N any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
		F11 L
		F12 M
		F13 N
	}
	Tuple15[A, B, C, D, E, F, G, H, I, J, K, L, M, N, O any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
		F11 L
		F12 M
		F13 N
		F14 O
	}
	Tuple16[A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P any] struct {
		F0  A
		F1  B
		F2  C
		F3  D
		F4  E
		F5  F
		F6  G
		F7  H
		F8  I
		F9  J
		F10 K
		F11 L
		F12 M
		F13 N
		F14 O
		F15 P
	}
)
