export declare const code: { readonly node: string; readonly entry: string };
export declare function installed(): boolean;
export declare function setup(): void;
